// The library can write every type of the protocol; this client sends a fifth of them. What no method we call can
// carry is left out of the bundle: a hundred kilobytes less to read at each start.

import { readdirSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Plugin } from 'vite'

interface Entry {
  kind: 'class' | 'method'
  name: string
  type: string
  arguments: Array<{ type: string }>
}

const require = createRequire(import.meta.url)
const CORE = dirname(require.resolve('@mtcute/core'))
/** Parts of the library this client bundles: what they call is kept too. A part forgotten here ends the build. */
const USED = ['network', 'storage', 'highlevel/base.js', 'highlevel/updates', 'highlevel/managers', 'highlevel/storage', 'highlevel/methods/files', 'highlevel/methods/password', 'highlevel/methods/chats/batched-queries.js']
/** What the library writes into its own database. */
const STORED = ['User', 'Chat']

function files(path: string): string[] {
  return statSync(path).isDirectory() ? readdirSync(path).flatMap((name) => files(join(path, name))) : /\.(tsx?|js)$/.test(path) ? [path] : []
}

const schema = (require('@mtcute/tl/api-schema.json') as { e: Entry[] }).e
const methods = new Map(schema.filter((entry) => entry.kind === 'method').map((entry) => [entry.name, entry]))

/** The methods that stand in this source as strings. */
function named(code: string): string[] {
  return [...code.matchAll(/['"`]([a-z]\w*(?:\.\w+)?)['"`]/g)].map(([, name]) => name!).filter((name) => methods.has(name))
}

/** The names of everything that may be sent, or stored. */
export function needed(source: string): Set<string> {
  const byType = new Map<string, Entry[]>()
  for (const entry of schema) if (entry.kind === 'class') byType.set(entry.type, [...(byType.get(entry.type) ?? []), entry])
  const keep = new Set<string>()
  const types = new Set<string>()
  const take = (entry: Entry): void => {
    if (keep.has(entry.name)) return
    keep.add(entry.name)
    entry.arguments.forEach((argument) => takeType(argument.type))
  }
  const takeType = (type: string): void => {
    if (types.has(type)) return
    types.add(type)
    byType.get(type)?.forEach(take)
  }
  for (const path of [source, ...USED.map((name) => join(CORE, name))].flatMap(files)) {
    named(readFileSync(path, 'utf8')).forEach((name) => take(methods.get(name)!))
  }
  STORED.forEach(takeType)
  return keep
}

export function prunedWriter(source: string): Plugin {
  return {
    name: 'pruned-writer',
    apply: 'build',
    transform(code, id) {
      if (!/@mtcute\/tl\/binary\/writer\.js/.test(id)) return undefined
      const known = new Set(schema.map((entry) => entry.name))
      const keep = needed(source)
      const lines = code.split('\n').filter((line) => {
        const name = /^'([\w.]+)':/.exec(line)?.[1]
        return name === undefined || !known.has(name) || keep.has(name)
      })
      return { code: lines.join('\n'), map: null }
    },
    // What stands in the bundle is the truth: a method it names and cannot write would fail only when somebody needs it.
    generateBundle(_options, bundle) {
      const keep = needed(source)
      const missing = new Map<string, string>()
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue
        for (const [id, module] of Object.entries(chunk.modules)) {
          if (!/@mtcute\/tl\//.test(id)) named(module.code ?? '').forEach((name) => keep.has(name) || missing.set(name, id))
        }
      }
      if (missing.size) this.error(`left out of the bundle, yet called in it: ${[...missing].map(([name, id]) => `${name} (${id})`).join(', ')}`)
    },
  }
}
