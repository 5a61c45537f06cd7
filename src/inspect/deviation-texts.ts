import type { DeviationCode } from '../errors.js'

/**
 * What the model did and how the parser repaired it, one sentence a deviation. docs/deviations.md repeats them; a
 * test compares the two.
 */
export const DEVIATION_TEXTS: Readonly<Record<DeviationCode, string>> = {
  'repeated-channel': 'The header names its channel twice; the last one counts.',
  'missing-message':
    'The header has no <|message|> before its text; the text after its known words is the content.',
  'missing-start': 'The message begins without <|start|>; it is read as the next message of the assistant.',
  'missing-role': 'The header names no author; it is read as the assistant.',
  'repeated-start': 'The header begins twice; the first beginning is dropped.',
  'repeated-role': 'The header names its role twice; it counts once.',
  'extra-stop': 'A marker stands where no message is open; it is dropped.',
  'text-between-messages': 'Text stands between two messages; it is kept as evidence, in no message.',
  'text-before-header': 'Text stands before the first header; it is a message without a channel.',
  'no-markup': 'The model wrote text without any marker; all of it is the answer.',
  'implicit-end': 'The next message begins before the open one ends; the open message ends there.',
  'empty-channel': 'The header has <|channel|> without a name; the message has no channel.',
  'unknown-channel':
    'gpt-oss has no such channel; the name is kept, and the text is shown unless the message is a call.',
  'repeated-recipient': 'The header names its recipient twice; the last one counts.',
  'header-noise': 'The header holds words that mean nothing there; they are dropped.',
  'header-spacing': 'White space stands where a header has none; the header is read without it.',
  'glued-content-type': 'The content type runs into the name of the tool; the two are separated.',
  'misplaced-recipient': 'The name of a tool stands where it does not belong; it is the recipient.',
  'empty-recipient': 'The header has to= without a name; the message has no recipient.',
  'constrain-text': '<|constrain|> precedes text that is no content type; the text is the content.',
  'foreign-author':
    'The message has another author than the assistant; it is a call if it calls a tool, and stays otherwise.',
  'stray-call': '<|call|> ends a message that calls nothing; the message ends as with <|end|>.',
  'stray-marker': 'A marker stands inside the content; it is dropped, and the content goes on.',
  'end-of-text': 'The turn ends on <|endoftext|>; it is read as <|return|>.',
  unterminated: 'The tokens end inside the message; it is kept as incomplete.',
  'unterminated-header':
    'The tokens end inside the header; its text, if there is any, is an incomplete message.',
  'invalid-utf8': 'The tokens spell bytes that are no UTF-8; each invalid sequence becomes U+FFFD.',
}
