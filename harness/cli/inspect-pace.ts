/** Portions that a thread may be ahead of what has been taken from all of them: what it has found waits in memory. */
const AHEAD = 8;
/** ms; nobody waits for ever for a thread that has died. */
const LOOK_AGAIN = 500;
const ALL = 0x7fffffff;

/** Keeps threads that read the same file side by side. Counts the portions of each that have been taken; shared memory. */
export class Pace {
  readonly shared: Int32Array;

  /** @param shared of the other end, in a thread. */
  constructor(threads: number, shared: Int32Array = new Int32Array(new SharedArrayBuffer(4 * threads))) {
    this.shared = shared;
  }

  /** A portion of the thread has been taken. */
  taken(thread: number): void {
    Atomics.add(this.shared, thread, 1);
    Atomics.notify(this.shared, thread);
  }

  /** Nothing more comes from the thread. */
  ended(thread: number): void {
    Atomics.store(this.shared, thread, ALL);
    Atomics.notify(this.shared, thread);
  }

  /** Waits, in a thread that has told so many portions, until the slowest is near enough. */
  wait(told: number): void {
    for (let thread = 0; thread < this.shared.length; thread++) {
      for (let taken = Atomics.load(this.shared, thread); taken < told - AHEAD; taken = Atomics.load(this.shared, thread))
        Atomics.wait(this.shared, thread, taken, LOOK_AGAIN);
    }
  }
}
