// A finger that rests opens a menu. Browsers say so themselves by `contextmenu`, save those of iPhones and iPads.

const RESTS_MS = 480
const MOVES_PX = 10
const silent = /iPhone|iPad|iPod/.test(navigator.userAgent) || (navigator.userAgent.includes('Mac') && navigator.maxTouchPoints > 1)

export function longPress(element: HTMLElement, run: (event: MouseEvent) => void): void {
  if (!silent) return
  let timer = 0
  let from = { x: 0, y: 0 }
  const stop = (): void => window.clearTimeout(timer)
  element.addEventListener('touchstart', ({ touches }) => {
    const touch = touches[0]
    stop()
    if (!touch || touches.length > 1) return
    from = { x: touch.clientX, y: touch.clientY }
    timer = window.setTimeout(() => run(new MouseEvent('contextmenu', { clientX: from.x, clientY: from.y, cancelable: true })), RESTS_MS)
  }, { passive: true })
  element.addEventListener('touchmove', ({ touches }) => {
    const touch = touches[0]
    if (!touch || Math.hypot(touch.clientX - from.x, touch.clientY - from.y) > MOVES_PX) stop()
  }, { passive: true })
  for (const kind of ['touchend', 'touchcancel'] as const) element.addEventListener(kind, stop, { passive: true })
}
