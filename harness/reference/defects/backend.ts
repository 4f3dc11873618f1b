/** A fault of the server behind this one is borne wrongly: this one stands for a proxy and the server behind it (backend-fault.ts). */
export const backend = {
  'backend-err-becomes-end-of-rows': 'ends rows as if they were whole where the server behind it ends them with an ERR',
  'backend-err-becomes-another': 'ends rows with an ERR of another code than that of the server behind it',
  'backend-ok-for-rows-hangs': 'waits for rows for ever where the server behind it answers with OK (ProxySQL before 2.0.17)',
  'backend-end-cuts-answer': 'loses the last packet of an answer behind which the server behind it closes (ProxySQL@3821eec8)',
  'backend-end-in-answer-hangs': 'lets its client wait where the server behind it closes inside an answer',
  'backend-end-without-answer-hangs': 'lets its client wait where the server behind it closes instead of answering',
  'backend-end-told-in-a-code-of-clients': 'tells its client with ERR 2013 that the server behind it has closed (MDEV-33541)',
  'backend-err-lost-with-its-connection': 'closes without the ERR behind which the server behind it has closed',
} as const;
