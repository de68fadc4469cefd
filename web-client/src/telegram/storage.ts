// mtcute's database, but written once a second at most: it would write after each update, sixty times a second in a
// lively room. Keys are written at once by another way. A state that is a second old is caught up with.

import { IdbStorage } from '@mtcute/web'

const EACH_MS = 1000

export function calmStorage(name: string): IdbStorage {
  const storage = new IdbStorage(name)
  const { driver } = storage
  const write = driver.save.bind(driver)
  const close = driver.destroy.bind(driver)
  let timer = 0
  let open = true
  const flush = async (): Promise<void> => {
    window.clearTimeout(timer)
    timer = 0
    if (open) await write()
  }
  const hidden = (): void => void flush().catch(() => undefined)
  driver.save = (): undefined => {
    timer ||= window.setTimeout(hidden, EACH_MS)
  }
  driver.destroy = async () => {
    window.removeEventListener('pagehide', hidden)
    await flush().catch(() => undefined)
    open = false
    await close()
  }
  // Who was named a moment ago is looked up in the database, where they may not stand yet.
  const { peers } = storage
  const read = peers.getById.bind(peers)
  peers.getById = async (id) => {
    const found = await read(id)
    if (found || !timer) return found
    await flush()
    return read(id)
  }
  window.addEventListener('pagehide', hidden)
  return storage
}
