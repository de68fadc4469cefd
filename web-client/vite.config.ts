// Builds into the Python package: hashed files under assets/, each with .br and .gz beside it, the same bytes each time.

import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'
import solid from 'vite-plugin-solid'
import { prunedWriter } from './build/pruned-writer'

const OUT = process.env.CHAPPE_CLIENT_OUT ?? fileURLToPath(new URL('../src/chappe/web/client', import.meta.url))
const SOURCE = fileURLToPath(new URL('src', import.meta.url))
const DESIGN = fileURLToPath(new URL('../src/chappe/web/static/design', import.meta.url))
const PACKED = /\.(js|css|html|svg|wasm|json|webmanifest)$/

function files(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    return statSync(path).isDirectory() ? files(path) : [path]
  })
}

/** Each file that compresses has its packed copies beside it, so that the server only picks one. */
function packed(): Plugin {
  return {
    name: 'packed',
    apply: 'build',
    closeBundle: () => {
      for (const path of files(OUT).filter((one) => PACKED.test(one))) {
        const body = readFileSync(path)
        const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: body.length }
        writeFileSync(`${path}.br`, brotliCompressSync(body, { params }))
        writeFileSync(`${path}.gz`, gzipSync(body, { level: 9 }))
      }
    },
  }
}

export default defineConfig({
  base: '/app/',
  plugins: [prunedWriter(SOURCE), solid(), packed()],
  resolve: { alias: { '@design': DESIGN } },
  build: {
    outDir: OUT,
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1200,
    reportCompressedSize: false,
    rollupOptions: {
      input: { index: 'index.html', worker: 'src/worker.ts' },
      // Browsers find a service worker by its name.
      output: { entryFileNames: (entry) => (entry.name === 'worker' ? 'worker.js' : 'assets/[name]-[hash].js') },
    },
  },
  server: {
    fs: { allow: ['.', DESIGN] },
    proxy: Object.fromEntries(
      ['/app/config.json', '/apiws', '/invite'].map((path) => [path, { target: process.env.CHAPPE ?? 'http://127.0.0.1:8443', ws: path === '/apiws' }]),
    ),
  },
})
