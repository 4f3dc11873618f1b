import type { TableColumn } from './scenario.ts';

/** What questions came to, as Markdown: a table per topic, a row per question, a column per product; in the order of their coming. */
export function tablesOf(columns: readonly TableColumn[]): string {
  const topics = [...new Set(columns.map(({ topic }) => topic))];
  return topics.map((topic) => `## ${topic}\n\n${tableOf(columns.filter((one) => one.topic === topic))}`).join('\n');
}

function tableOf(columns: readonly TableColumn[]): string {
  const heads = [...new Set(columns.map(({ column }) => column))];
  const questions = [...new Set(columns.flatMap(({ rows }) => rows.map(([question]) => question)))];
  const cell = (head: string, question: string): string => {
    const answers = columns
      .filter(({ column }) => column === head)
      .flatMap(({ rows }) => rows.filter(([asked]) => asked === question).map(([, answer]) => answer));
    // Played more than once: the same answer every time, or all that there were.
    return [...new Set(answers)].join(' / ') || '–';
  };
  const lines = [
    ['', ...heads],
    ['', ...heads].map(() => '---'),
    ...questions.map((question) => [question, ...heads.map((head) => cell(head, question))]),
  ];
  return lines.map((cells) => `| ${cells.map(escaped).join(' | ')} |\n`).join('');
}

const escaped = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
