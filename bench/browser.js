// Put into the page before its own scripts: what `bench browser` asks the browser for.
(() => {
  const speed = { tasks: [], list: undefined, took: undefined }
  window.speed = speed
  new PerformanceObserver((found) => {
    for (const entry of found.getEntries()) speed.tasks.push(entry.duration)
  }).observe({ type: 'longtask', buffered: true })

  const painted = (then) => requestAnimationFrame(() => {
    const channel = new MessageChannel()
    channel.port1.onmessage = then
    channel.port2.postMessage(0)
  })
  const when = (test, then) => {
    if (test()) return painted(then)
    const watch = new MutationObserver(() => {
      if (!test()) return
      watch.disconnect()
      painted(then)
    })
    watch.observe(document, { subtree: true, childList: true, characterData: true, attributes: true })
  }
  when(() => document.querySelector('a.chat-row .title')?.textContent, () => (speed.list = performance.now()))

  /** From the next event of this kind to the frame in which something new at the selector says the text. */
  speed.arm = (kind, selector, text) => {
    const old = new Set(document.querySelectorAll(selector))
    speed.took = new Promise((done) => {
      addEventListener(kind, (event) => {
        const test = () => [...document.querySelectorAll(selector)].some((one) => !old.has(one) && one.textContent.includes(text))
        when(test, () => done(performance.now() - event.timeStamp))
      }, { capture: true, once: true })
    })
  }
  speed.transferred = () =>
    [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
      .reduce((sum, entry) => sum + entry.transferSize, 0)
})()
