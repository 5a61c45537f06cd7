import type { ToolNamespaceConfig, ToolNamespaces } from '../message/index.js'
import { isHeaderName, toolDescription, ToolNames } from '../openai/index.js'
import { type CallTarget, callTargetOf, type CallTargets } from './call-target.js'
import { mcpToolDescription, type OfferedTool, type OfferedTools } from './request-tools.js'

/** A tool that the request's history calls. It need not be on offer any more. */
export interface CalledTool {
  readonly type: 'function' | 'custom' | 'mcp'
  readonly name: string
  /** The request's namespace, or the label of the MCP server. */
  readonly namespace: string | undefined
}

/**
 * The names that the request's tools have in the prompt, where only identifiers can stand: recipients, namespaces, and
 * the way back.
 */
export class PromptNames {
  readonly #offered: OfferedTools
  readonly #called: readonly CalledTool[]
  readonly #namespaces: ToolNames
  /** By the request's name of the namespace; `undefined` for the functions without one. */
  readonly #tools = new Map<string | undefined, ToolNames>()

  constructor(offered: OfferedTools, called: readonly CalledTool[]) {
    this.#offered = offered
    this.#called = called
    const namesIn = new Map<string | undefined, Set<string>>([[undefined, new Set()]])
    const claim = (namespace: string | undefined, name: string) => {
      const names = namesIn.get(namespace) ?? new Set()
      namesIn.set(namespace, names.add(name))
    }
    // The names of tools on offer come first: they have a claim to stay as they are.
    for (const tool of offered.tools) {
      if (tool.type === 'own') claim(tool.namespace, tool.tool.name)
      if (tool.type === 'mcp') claim(tool.server.label, tool.tool.name)
    }
    for (const { namespace, name } of called) claim(namespace, name)
    for (const [namespace, names] of namesIn) this.#tools.set(namespace, new ToolNames(names))
    this.#namespaces = new ToolNames([...namesIn.keys()].filter((name) => name !== undefined))
  }

  /** Returns the recipient of a call to a function, a custom tool or, by its server's label, an MCP server's tool. */
  recipientOf(name: string, namespace?: string): string {
    if (namespace === undefined && this.#isForeign(name)) return name
    const harmonyName = this.#tools.get(namespace)?.toHarmony(name) ?? name
    return `${namespace === undefined ? 'functions' : this.#namespaces.toHarmony(namespace)}.${harmonyName}`
  }

  /** Returns the recipients of a tool on offer; a hosted one has several. */
  recipientsOf(tool: OfferedTool): string[] {
    switch (tool.type) {
      case 'own':
        return [this.recipientOf(tool.tool.name, tool.namespace)]
      case 'mcp':
        return [this.recipientOf(tool.tool.name, tool.server.label)]
      case 'hosted': {
        const { name, tools } = tool.namespace
        return tools.length === 0 ? [name] : tools.map((inner) => `${name}.${inner.name}`)
      }
    }
  }

  /**
   * Returns the namespaces that declare the given tools to the model.
   *
   * @param prepareSchemas whether the schemas of functions are rewritten as those of MCP tools always are
   */
  namespacesOf(tools: readonly OfferedTool[], prepareSchemas: boolean): ToolNamespaces {
    const namespaces = new Map<
      string,
      ToolNamespaceConfig & { tools: ToolNamespaceConfig['tools'][number][] }
    >()
    const namespaceFor = (name: string, description: string) => {
      const known = namespaces.get(name) ?? { name, ...(description !== '' && { description }), tools: [] }
      namespaces.set(name, known)
      return known.tools
    }
    for (const tool of tools) {
      if (tool.type === 'own') {
        const { namespace } = tool
        const harmonyName = namespace === undefined ? 'functions' : this.#namespaces.toHarmony(namespace)
        const description = namespace === undefined ? '' : this.#offered.namespaces[namespace]
        namespaceFor(harmonyName, description).push(
          toolDescription(tool.tool, this.#namesIn(namespace), prepareSchemas),
        )
      } else if (tool.type === 'mcp') {
        const { label, description = '' } = tool.server
        const harmonyName = this.#namesIn(label).toHarmony(tool.tool.name)
        namespaceFor(this.#namespaces.toHarmony(label), description).push(
          mcpToolDescription(tool.tool, harmonyName),
        )
      }
    }
    return Object.fromEntries(namespaces)
  }

  /** What the recipients of calls mean. */
  callTargets(): CallTargets {
    const called = this.#called.map(({ type, name, namespace }): [string, CallTarget] => [
      this.recipientOf(name, namespace),
      type === 'mcp'
        ? { type, serverLabel: namespace ?? name, name, needsApproval: true }
        : { type, name, ...(namespace !== undefined && { namespace }) },
    ])
    const offered = this.#offered.tools.flatMap((tool): [string, CallTarget][] => {
      if (tool.type === 'hosted')
        return this.recipientsOf(tool).map((recipient) => [recipient, callTargetOf(recipient, NO_TARGETS)])
      const [recipient] = this.recipientsOf(tool)
      if (tool.type === 'own') {
        const { tool: own, namespace } = tool
        return [
          [recipient, { type: own.type, name: own.name, ...(namespace !== undefined && { namespace }) }],
        ]
      }
      const { server, tool: mcpTool } = tool
      return [
        [
          recipient,
          {
            type: 'mcp',
            serverLabel: server.label,
            name: mcpTool.name,
            needsApproval: server.needsApproval(mcpTool),
          },
        ],
      ]
    })
    const servers = this.#offered.mcpServers.map(({ label }) => [this.#namespaces.toHarmony(label), label])
    return {
      tools: Object.fromEntries([...called, ...offered]),
      mcpServers: Object.fromEntries(servers) as Record<string, string>,
    }
  }

  /** Whether a name is a recipient outside `functions` that the model made up, as `callTargetOf` reports it. */
  #isForeign(name: string): boolean {
    if (!name.includes('.') || !isHeaderName(name)) return false
    return !this.#offered.tools.some(
      (tool) => tool.type === 'own' && tool.namespace === undefined && tool.tool.name === name,
    )
  }

  #namesIn(namespace: string | undefined): ToolNames {
    return this.#tools.get(namespace) ?? NO_NAMES
  }
}

const NO_NAMES = new ToolNames([])
const NO_TARGETS: CallTargets = { tools: {}, mcpServers: {} }
