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
/** The parts of the library this client bundles: methods they call are kept too. */
const USED = ['network', 'storage', 'highlevel/base.js', 'highlevel/updates', 'highlevel/managers', 'highlevel/storage', 'highlevel/methods/files', 'highlevel/methods/password', 'highlevel/methods/chats/batched-queries.js']
/** What the library writes into its own database. */
const STORED = ['User', 'Chat']

function files(path: string): string[] {
  return statSync(path).isDirectory() ? readdirSync(path).flatMap((name) => files(join(path, name))) : /\.(tsx?|js)$/.test(path) ? [path] : []
}

/** The names of everything that may be sent, or stored. */
export function needed(source: string): Set<string> {
  const schema = (require('@mtcute/tl/api-schema.json') as { e: Entry[] }).e
  const byType = new Map<string, Entry[]>()
  for (const entry of schema) if (entry.kind === 'class') byType.set(entry.type, [...(byType.get(entry.type) ?? []), entry])
  const methods = new Map(schema.filter((entry) => entry.kind === 'method').map((entry) => [entry.name, entry]))
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
    for (const [, name] of readFileSync(path, 'utf8').matchAll(/['"]([a-z]\w*(?:\.\w+)?)['"]/g)) {
      const method = methods.get(name!)
      if (method) take(method)
    }
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
      const known = new Set((require('@mtcute/tl/api-schema.json') as { e: Entry[] }).e.map((entry) => entry.name))
      const keep = needed(source)
      const lines = code.split('\n').filter((line) => {
        const name = /^'([\w.]+)':/.exec(line)?.[1]
        return name === undefined || !known.has(name) || keep.has(name)
      })
      return { code: lines.join('\n'), map: null }
    },
  }
}
