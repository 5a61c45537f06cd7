// Prints Ollama's prompt for each Chat body on standard input, as a JSON string a line, or null where Ollama answers
// with an error. Arguments: the model's template file, the date.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"strings"

	"github.com/ollama/ollama/api"
	"github.com/ollama/ollama/harmony"
	"github.com/ollama/ollama/openai"
	"github.com/ollama/ollama/template"
)

func main() {
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		panic(err)
	}
	parsed, err := template.Parse(strings.ReplaceAll(string(text), "{{ currentDate }}", os.Args[2]))
	if err != nil {
		panic(err)
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<26)
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	for lines.Scan() {
		prompt, err := render(parsed, lines.Bytes())
		if err != nil {
			out.Encode(nil)
		} else {
			out.Encode(prompt)
		}
	}
}

func render(parsed *template.Template, body []byte) (string, error) {
	var request openai.ChatCompletionRequest
	if err := json.Unmarshal(body, &request); err != nil {
		return "", err
	}
	chat, err := openai.FromChatRequest(request)
	if err != nil {
		return "", err
	}
	var last *api.Message
	if len(chat.Messages) > 0 {
		last = &chat.Messages[len(chat.Messages)-1]
	}
	tools := harmony.NewHarmonyMessageHandler().Init(chat.Tools, last, chat.Think)
	values := template.Values{Messages: chat.Messages, Tools: tools, IsThinkSet: chat.Think != nil}
	if chat.Think != nil {
		values.Think = chat.Think.Bool()
		if chat.Think.IsString() {
			values.ThinkLevel = chat.Think.String()
		}
	}
	var out bytes.Buffer
	err = parsed.Execute(&out, values)
	return out.String(), err
}
