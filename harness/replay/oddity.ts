import type { LabelledPacket } from '../codec/labelled-packet.ts';

const usual = /^(HandshakeResponse41|SSLRequest|AuthSwitchResponse|LocalInfileData|COM_)/;

/** What of a client no client library sends, and what a replay by statements would lose. Packets are given as they come. */
export class Oddity {
  #wrong: string | undefined;
  #ahead: string | undefined;
  #instead: string | undefined;
  #behind: string | undefined;
  #left: string | undefined;
  #sent = 0;
  #greeted = false;

  /** The first of it, in words; undefined: nothing. */
  get says(): string | undefined {
    return this.#wrong ?? this.#ahead ?? this.#instead ?? this.#behind ?? this.#left;
  }

  /** The client ends the connection, and its login has no answer yet. */
  leaves(frame: number): void {
    this.#left ??= `it went away before its login was answered (frame ${frame})`;
  }

  /** It did not. */
  stays(): void {
    this.#left = undefined;
  }

  fromServer(): void {
    this.#greeted = true;
  }

  /** `loggingIn`: the login has no answer yet, or none came before it. */
  fromClient({ name, problem }: LabelledPacket, frame: number | undefined, loggingIn: boolean): void {
    const at = frame === undefined ? '' : ` (frame ${frame})`;
    if (problem !== undefined || !usual.test(name)) this.#wrong ??= `${name}${problem ? `: ${problem}` : ''}${at}`;
    if (this.#sent++ === 0) {
      if (!this.#greeted) this.#ahead = `${name} before the greeting${at}`;
      else if (name.startsWith('COM_')) this.#instead = `${name} instead of a login${at}`;
    }
    // COM_QUIT behind an unanswered login, and commands that do not wait for one another.
    if (loggingIn && name.startsWith('COM_')) this.#behind ??= `${name} before the login is answered${at}`;
  }
}
