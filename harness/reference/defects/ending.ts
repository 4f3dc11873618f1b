/** The connection ends in the wrong way, at the wrong time, or not at all. */
export const ending = {
  'keeps-open-after-disorder': 'keeps a connection open behind ERR 1156',
  'quit-as-first-command-keeps-open': 'keeps the connection open when COM_QUIT is the first command',
  'rst-instead-of-answer': 'resets the connection instead of answering the login',
  'close-instead-of-answer': 'closes the connection instead of answering the login',
  'close-without-err': 'closes without the ERR that says why',
  'never-closes-after-err': 'keeps the connection open behind an ERR that ends it',
  'rst-after-err': 'resets the connection right behind an ERR that ends it',
  'closes-after-login': 'closes right behind the OK of a login',
  'answers-com-quit': 'answers COM_QUIT with OK before it closes',
  'quit-ends-with-rst': 'resets the connection on COM_QUIT',
  'quit-keeps-open': 'keeps the connection open on COM_QUIT',
  'quit-and-half-close-ends-with-rst': 'resets the connection of a client that closes its half behind COM_QUIT',
  'fin-then-rst-at-end': 'sends a RST behind every FIN',
  'half-close-drops-answers': 'throws away the commands before the FIN of a client that closes its half',
  'half-close-keeps-open': 'keeps its half open when the client has closed its own',
} as const;
