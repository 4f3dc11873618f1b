const usage = '2 the command is wrong: the message says what to write';

/** Behind the options of each verb: what it ends with. */
export const exitCodes: Readonly<Record<string, string>> = {
  run: `0 nothing deviates but what an expectation names; 1 a target deviates, an expectation does not hold, the run has a problem, or no case was executed; ${usage}; 3 nothing deviates, but something could not be judged (unreachable, no MySQL there, time was over)`,
  gate: `0 the gate is open; 1 it is shut: a regression, a loss, or a health check that turns DOWN; ${usage}; 3 nothing stops it, but something could not be judged, or was not seen often enough to be sure`,
  init: `0 the file is written; 2 it is there already, or the command is wrong`,
  fuzz: `0 nothing was found, or only what is known; 1 findings; ${usage}; 3 it could not be judged`,
  merge: `0 no findings that are news; 1 findings; ${usage}`,
  replay: `0 every answer was the captured one; 1 something differs; ${usage}; 3 nothing differs, but something could not be judged: it stalled or was stopped, or a connection could not be played (encrypted without its secrets, begun before the capture, bytes missing)`,
  inspect: `0 every MySQL connection was read and no rule of level MUST or SHOULD is broken; 1 one is broken; 2 usage, or the file is no capture; 3 nothing is broken in what could be read, but not all could: the file is cut or damaged, bytes are missing in it, it begins in the middle of a connection, TLS was not decrypted (--keylog), it has no MySQL, or none that was asked for`,
  record: `0 it was stopped by a signal; ${usage}, or the address cannot be listened on; 3 bytes are missing in the file, or no connection reached the server`,
  redact: `0 done; 2 usage, or the file is no capture; 3 the capture could not be read to its end, and the file has what could be`,
  bundle: `0 done; 2 usage, there is no such folder, or secrets would leave (--redact, or --as-is)`,
  scenario: `0 every assertion holds; 1 one does not, repeats differ, or nothing could be played; ${usage}; 3 something could not be judged`,
  list: `0 done; ${usage}`,
  explain: `0 done; ${usage}, or no case has that id`,
  serve: `0 it was stopped by a signal; ${usage}; 3 it cannot listen there`,
  agent: `0 it was stopped by a signal, or --once found 200; 1 --once found 503; ${usage}; 3 it cannot listen there`,
  doctor: '0 a real server can be started here; 2 the command is wrong; 3 none can',
  completion: `0 done; ${usage}`,
};

/** Wide enough for a terminal of the time, whatever it is. */
const WIDTH = 100;

/** What stands before the examples in `mywire VERB --help`. */
export function exitCodesText(verb: string): string {
  const codes = (exitCodes[verb] ?? '').split(/; (?=\d )/);
  return `\nExit codes:\n${codes.map((text) => `  ${folded(text)}`).join('\n')}`;
}

function folded(text: string): string {
  let line = '';
  const lines: string[] = [];
  for (const word of text.replace(' ', '\u00a0').split(' ')) {
    if (line !== '' && line.length + word.length + 3 > WIDTH) {
      lines.push(line);
      line = '';
    }
    line += line === '' ? word : ` ${word}`;
  }
  return [...lines, line].join('\n    ').replace('\u00a0', '  ').replaceAll('\n    ', '\n     ');
}
