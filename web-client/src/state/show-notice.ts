// One notice on the screen, and where a press on it leads.

/** It is shown by the page; by its service worker on phones, where a page may not. Shape: place begins with `#/`. */
export function showNotice(title: string, options: NotificationOptions, place: string): void {
  try {
    const notice = new Notification(title, options)
    notice.onclick = () => {
      window.focus()
      location.hash = place
      notice.close()
    }
  } catch {
    // The worker opens what `data` says when it is pressed.
    const data = `${import.meta.env.BASE_URL}${place}`
    void navigator.serviceWorker?.ready.then((worker) => worker.showNotification(title, { ...options, data })).catch(() => undefined)
  }
}
