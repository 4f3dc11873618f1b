/** Takes compressed bytes in any portions, gives out what they contain. */
export interface DecompressionStream {
  /** What `bytes` make readable. */
  push(bytes: Uint8Array): Promise<Uint8Array[]>;
  /** What is left after the last bytes. */
  end(): Promise<Uint8Array[]>;
  /** Why nothing more can be read; asked for after each push and after the end. */
  readonly fault: string | undefined;
  /** The compressed data has ended; what follows it is no part of it. */
  readonly over: boolean;
  close(): void;
}
