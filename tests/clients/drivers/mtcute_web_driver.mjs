// Headless Chromium with the page of `mtcute_page.js`; going away closes the page, coming back loads it anew.

import { createServer } from 'node:http'
import { readFile } from 'node:fs/promises'
import { writeSync } from 'node:fs'
import { extname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { chromium } from 'playwright-core'
import { answerer } from './mtcute_talker.mjs'

const say = answerer(writeSync)
const settings = JSON.parse(process.argv[2])
const types = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm' }

const server = createServer(async (request, response) => {
  const url = new URL(request.url, 'http://127.0.0.1')
  const path = url.pathname === '/file' ? url.searchParams.get('path') : join(settings.page, url.pathname.slice(1))
  const body = await readFile(path).catch(() => null)
  response.writeHead(body ? 200 : 404, { 'content-type': types[extname(path)] ?? 'application/octet-stream' })
  response.end(body)
})
await new Promise((done) => server.listen(0, '127.0.0.1', done))
const { port, pem, verbose } = settings
const query = new URLSearchParams({ settings: JSON.stringify({ port, pem, verbose }) })
const address = `http://127.0.0.1:${server.address().port}/page.html?${query}`

const browser = await chromium.launchPersistentContext(join(settings.folder, 'browser'), {
  executablePath: settings.chromium,
  headless: true,
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking'],
})
let page = null

async function openPage() {
  page = browser.pages()[0] ?? (await browser.newPage())
  page.on('console', (message) => console.error(`[page] ${message.text()}`))
  page.on('pageerror', (error) => console.error(`[page] ${error.stack}`))
  await page.goto(address)
  await page.waitForFunction(() => window.obey)
}

async function carryOut(order) {
  if (!page) await openPage()
  const answer = await page.evaluate((given) => window.obey(given), order)
  if (order.do === 'leave') {
    await page.goto('about:blank')
    page = null
  }
  return answer
}

for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line)
  if (order.do === 'quit') break
  const answer = await carryOut(order).catch((error) => ({ error: String(error), trace: error.stack }))
  say(answer)
}
await browser.close()
say({ ok: null })
process.exit(0)
