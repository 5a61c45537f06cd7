import { HarmonyError } from '../../errors.js'
import type { TurnResult } from '../../generate/index.js'
import { isToolCall } from '../../turn/index.js'
import { BadInput, Ended, EXIT } from '../failure.js'
import { append, type Chat, runChatTurn } from './turn.js'
import type { Keyboard } from './keyboard.js'

const HELP = `/reasoning  shows the reasoning of the last turn
/help       shows this
/exit       leaves, as Ctrl-D does
Enter alone goes on with a turn that was cut, stopped or failed. Ctrl-C stops
a turn. A space before a slash makes it part of a message.`

/** Answers one question. */
export async function answerOnce(chat: Chat, question: string): Promise<void> {
  await append(chat, { role: 'user', content: question })
  try {
    const { action } = await runChatTurn(chat, new AbortController().signal)
    if (action !== 'return') throw new Ended(`the answer was cut: ${CUT_BY[action]}`, EXIT.SOME_FAILED)
  } finally {
    await chat.save()
  }
}

const CUT_BY: Readonly<Record<Exclude<TurnResult['action'], 'return'>, string>> = {
  length: 'the tokens ran out',
  limit: 'the turn has too many calls',
  call: 'a call has no result',
}

/** Talks with a user at a terminal, until the user leaves. */
export class Conversation {
  readonly #chat: Chat
  readonly #keyboard: Keyboard
  #turn: AbortController | undefined
  /** Whether the last turn has not come to its end. */
  #isCut: boolean
  /** Whether the next Ctrl-C leaves. */
  #isLeaving = false

  constructor(chat: Chat, keyboard: Keyboard) {
    this.#chat = chat
    this.#keyboard = keyboard
    const last = chat.transcript.toConversation().messages.at(-1)
    this.#isCut = last !== undefined && (last.role === 'user' || last.role === 'tool' || isToolCall(last))
    keyboard.onInterrupt = (wasTyping) => this.#interrupt(wasTyping)
    void keyboard.closed.then(() => this.#turn?.abort())
  }

  async talk(): Promise<void> {
    const { screen } = this.#chat
    if (this.#isCut) screen.notice('The last turn was cut: Enter goes on with it.')
    for (;;) {
      const message = await this.#keyboard.readMessage(screen.colors.bold('> '))
      this.#isLeaving = false
      switch (message) {
        case undefined:
        case '/exit':
          return
        case '/help':
          screen.notice(HELP)
          break
        case '/reasoning':
          screen.unfoldReasoning()
          break
        default:
          await this.#answer(message)
      }
    }
  }

  async #answer(message: string): Promise<void> {
    if (message.startsWith('/')) return this.#chat.screen.notice(`unknown command: ${message}\n${HELP}`)
    if (message.trim() !== '') await append(this.#chat, { role: 'user', content: message })
    else if (!this.#isCut) return
    await this.#runTurn()
    await this.#save()
  }

  async #runTurn(): Promise<void> {
    const { screen } = this.#chat
    const turn = (this.#turn = new AbortController())
    this.#isCut = true
    try {
      const { action } = await runChatTurn(this.#chat, turn.signal)
      this.#isCut = action !== 'return'
      if (action !== 'return') screen.notice(`cut: ${CUT_BY[action]}; Enter goes on`)
    } catch (error) {
      if (turn.signal.aborted) screen.notice('stopped; Enter goes on')
      else if (error instanceof HarmonyError) screen.showFailure(`${error.message}; Enter tries again`)
      else throw error
    } finally {
      this.#turn = undefined
      screen.writeBlankLine()
    }
  }

  /** A disk that is full ends no conversation. */
  async #save(): Promise<void> {
    try {
      await this.#chat.save()
    } catch (error) {
      if (!(error instanceof BadInput)) throw error
      this.#chat.screen.showFailure(error.message)
    }
  }

  /** Ctrl-C stops the turn; without one, the second Ctrl-C leaves. */
  #interrupt(wasTyping: boolean): void {
    if (this.#turn !== undefined && !this.#turn.signal.aborted) this.#turn.abort()
    else if (this.#isLeaving && !wasTyping) return this.#keyboard.close()
    else this.#keyboard.interject(this.#chat.screen.colors.dim('Ctrl-C again, or Ctrl-D, leaves.'))
    this.#isLeaving = true
  }
}
