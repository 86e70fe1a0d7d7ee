import { type Finding, severities } from './finding'
import { rules } from './rules'

/** The worst first, of equals the most fundamental. A cause is as severe as what it explains. */
export function worstFirst(found: readonly Finding[], before: readonly Finding[]): readonly Finding[] {
  const broken = new Set(found.filter(({ severity }) => severity === 'broken').map(({ rule }) => rule))
  const judged = found.map((finding): Finding => {
    if (finding.severity === 'broken' || !rules[finding.rule].explains?.some(rule => broken.has(rule))) return finding
    // the same object as before, since a new one would be reported as a change
    return before.find(({ facts, severity }) => facts === finding.facts && severity === 'broken') ?? { ...finding, severity: 'broken' }
  })
  return severities.toReversed().flatMap(severity => judged.filter(finding => finding.severity === severity))
}
