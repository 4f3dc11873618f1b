import type { EndRule, LintRule, PacketRule, ProblemRule, Shown, ShownEnd } from '../case/lint-rule.ts';
import type { Glanced, Glimpse } from '../codec/glance.ts';
import type { LabelledPacket } from '../codec/labelled-packet.ts';
import type { Finding } from './finding.ts';

const NONE: readonly Finding[] = [];
const NO_RULES: readonly PacketRule[] = [];

/** Rules, ready to be asked: by the name of a packet, so that most packets cost one look into a map. */
export class Lint {
  readonly #byName = new Map<string, PacketRule[]>();
  readonly #problems: ProblemRule[] = [];
  readonly #ends: EndRule[] = [];

  constructor(rules: readonly LintRule[]) {
    for (const rule of rules) {
      if ('problem' in rule) this.#problems.push(rule);
      else if ('atEnd' in rule) this.#ends.push(rule);
      else for (const name of rule.looksAt) this.#byName.set(name, [...(this.#byName.get(name) ?? []), rule]);
    }
  }

  /** What is wrong with a packet. `lost`: packets behind it may be named wrong. */
  packet(packet: LabelledPacket, shown: Shown): { readonly findings: readonly Finding[]; readonly lost: boolean } | undefined {
    const rules = this.#byName.get(packet.name);
    const { problem } = packet;
    // A packet that nobody can name: what comes behind it cannot be named either.
    let lost = packet.name === 'unknown';
    if (!rules && problem === undefined && !lost) return undefined;
    let findings = NONE;
    if (problem !== undefined) {
      const rule = this.#problems.find((one) => one.problem.test(problem) && (one.of?.(packet, shown) ?? true));
      if (rule && judges(rule, shown)) findings = [finding(rule, packet, inWords(problem))];
      // A problem without a rule (our own limit) is nobody's fault.
      if (rule) lost = rule.loses === true;
    }
    for (const rule of rules ?? NO_RULES) {
      const says = rule.side === packet.from && judges(rule, shown) ? rule.finds(packet, shown) : undefined;
      if (says !== undefined) findings = [...findings, finding(rule, packet, says)];
    }
    return findings.length > 0 || lost ? { findings, lost } : undefined;
  }

  /** Has no rule anything to say about a packet like this? */
  isSilentAbout(name: Glanced, seen: Glimpse, answers: LabelledPacket, shown: Shown): boolean {
    const rules = this.#byName.get(name);
    if (rules) for (const rule of rules) if (!rule.silentAbout?.(seen, answers, shown)) return false;
    return true;
  }

  end(end: ShownEnd, shown: Shown): readonly Finding[] {
    let findings = NONE;
    for (const rule of this.#ends) {
      const { id, level, side } = rule;
      const says = end.by === side && judges(rule, shown) ? rule.atEnd(end, shown) : undefined;
      if (says === undefined) continue;
      findings = [...findings, { rule: id, level, side, says, frame: end.frame, packet: end.how.toUpperCase(), offset: 0 }];
    }
    return findings;
  }
}

/** Where the login is not in the capture, most rules are silent. */
const judges = (rule: LintRule, shown: Shown): boolean =>
  (!shown.assumed || rule.anywhere === true) && (shown.whole || rule.whole !== true);

/** What the codec says of a payload that is too short, for a reader who does not know the codec. */
function inWords(problem: string): string {
  const [, at, wanted, left] = /^at byte (\d+): wanted (\d+) bytes, (\d+) left$/.exec(problem) ?? [];
  return at === undefined ? problem : `at byte ${at} of the payload a field of ${wanted} bytes begins, and ${left} bytes are left`;
}

function finding(rule: PacketRule | ProblemRule, packet: LabelledPacket, says: string): Finding {
  const { from: side, name, at, offset } = packet;
  return { rule: rule.id, level: rule.level, side, says, frame: at ?? 0, packet: name, offset };
}
