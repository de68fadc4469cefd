// Whether the server still hears us. A line may be dead while its socket seems open: after sleep, between two networks,
// or when its bytes are garbled. Silence is asked about, and a line that does not answer is cut, so that another is made.

/** Silence after which the server is asked for a sign of life. */
const SILENCE_MS = 12_000
/** The same while somebody waits for an answer. */
const WAITING_MS = 4000
/** How long the answer may take before the line is doubted, and before it is cut. */
const DOUBT_MS = 2500
const PATIENCE_MS = 7000
const TICK_MS = 1000

export interface Heart {
  /** Any question the server answers at once. */
  ask(): Promise<unknown>
  /** True while there is a line that could answer. */
  open(): boolean
  /** The line seems dead, or lives after all. */
  doubt(yes: boolean): void
  cut(): void
}

export class Pulse {
  private heard = Date.now()
  private asked = 0
  private doubted = false
  private waiting = 0
  private readonly timer: number

  constructor(private readonly heart: Heart) {
    this.timer = window.setInterval(() => this.tick(), TICK_MS)
  }

  /** The server has said something. */
  beat(): void {
    this.heard = Date.now()
    this.asked = 0
    if (!this.doubted) return
    this.doubted = false
    this.heart.doubt(false)
  }

  /** Somebody waits for an answer of the server, which is a sign of life when it comes. */
  async during<T>(work: Promise<T>): Promise<T> {
    this.waiting += 1
    try {
      return await work
    } finally {
      this.waiting -= 1
    }
  }

  stop(): void {
    window.clearInterval(this.timer)
  }

  private tick(): void {
    const now = Date.now()
    if (!this.heart.open()) {
      // A line that is being made is somebody else's care; it begins with a clean slate.
      this.heard = now
      this.asked = 0
      return
    }
    if (!this.asked) {
      if (now - this.heard < (this.waiting ? WAITING_MS : SILENCE_MS)) return
      this.asked = now
      this.heart.ask().then(() => this.beat(), () => undefined)
      return
    }
    if (now - this.asked >= DOUBT_MS && !this.doubted) {
      this.doubted = true
      this.heart.doubt(true)
    }
    if (now - this.asked >= PATIENCE_MS) {
      this.asked = 0
      this.heard = now
      this.heart.cut()
    }
  }
}
