// What main.js replays: the web, and what the model samples.

export const pages = {
  'https://weather.example/rome': {
    title: 'Weather in Rome',
    text: '21 °C and sun. See also [Oslo](/oslo).',
  },
}

export const completions = [
  {
    text:
      '<|channel|>analysis<|message|>I need the weather in Rome.<|end|>' +
      '<|start|>assistant<|channel|>analysis to=browser.search code<|message|>{"query":"weather Rome"}<|call|>',
  },
  { text: '<|channel|>analysis to=browser.open code<|message|>{"id":0,"cursor":0}<|call|>' },
  {
    text: '<|channel|>commentary to=functions.to_fahrenheit <|constrain|>json<|message|>{"celsius":21}<|call|>',
  },
  { text: '<|channel|>final<|message|>It is 69.8 °F【1†L0】.<|return|>' },
]
