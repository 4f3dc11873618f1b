/** How a connection can come to its end without us. */
export type EndKind = 'fin' | 'rst' | 'refused' | 'failed';

/** What was seen of the server's end. */
export class ServerEnd {
  fin = false;
  rst = false;
  /** There is no connection, or the system ended it. */
  failed = false;
  /** We sent bytes after its FIN: a RST may be the answer to them. */
  provoked = false;

  /** Our bytes go out. */
  sends(): void {
    if (this.fin) this.provoked = true;
  }

  /** @returns whether that is news, and the server's doing: EPIPE or ECONNRESET on bytes that we sent after its FIN is ours */
  saw(kind: EndKind): boolean {
    if (kind === 'fin') {
      if (this.fin) return false;
      this.fin = true;
    } else if (kind === 'rst') {
      if (this.rst || (this.fin && this.provoked)) return false;
      this.rst = true;
    } else this.failed = true;
    return true;
  }
}

/** What an error of a socket tells of the end, in the order in which it came. */
export function endsIn({ syscall, code, message }: NodeJS.ErrnoException): readonly { readonly kind: EndKind; readonly detail?: string }[] {
  // The connection was there and had got FIN and RST before Node looked: Linux then reports EPIPE, after a RST alone ECONNRESET.
  if (syscall === 'connect' && code === 'EPIPE') return [{ kind: 'fin' }, { kind: 'rst' }];
  if (code === 'ECONNRESET' || code === 'EPIPE') return [{ kind: 'rst' }];
  return syscall === 'connect' ? [{ kind: 'refused', detail: code ?? message }] : [{ kind: 'failed', detail: message }];
}
