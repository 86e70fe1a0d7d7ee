import { type Finding, severities } from './finding'
import { rules } from './rules'

/**
 * The worst first, of equals the most fundamental. A cause is as severe as what it explains, and precedes it; what is explained has
 * no cure of its own, since it would come back.
 * @param found in the order of the rules
 * @param before the list before, whose objects stay where nothing has changed: a new one would be reported as a change
 */
export function worstFirst(found: readonly Finding[], before: readonly Finding[]): readonly Finding[] {
  const listed = found.map((finding): Finding => {
    const cause = found.find(other => isExplained(finding, other))
    const isBroken = finding.severity === 'broken' || found.some(other => other.severity === 'broken' && isExplained(other, finding))
    const { severity, explainedBy, cure }: Pick<Finding, 'severity' | 'explainedBy' | 'cure'> = { severity: isBroken ? 'broken' : 'warn', explainedBy: cause?.rule, cure: cause ? null : finding.cure }
    if (severity === finding.severity && !cause) return finding
    return before.find(({ facts, ...was }) => facts === finding.facts && was.severity === severity && was.explainedBy === explainedBy) ?? { ...finding, severity, explainedBy, cure }
  })
  return severities.toReversed().flatMap((severity) => {
    const equals = listed.filter(finding => finding.severity === severity)
    // the order of the rules has nearly all causes before what they explain
    const isAfter = ({ after }: Finding): boolean => equals.some(({ rule }) => rule === after)
    return [...equals.filter(finding => !isAfter(finding)), ...equals.filter(isAfter)]
  })
}

/** Whether one finding is there because of the other. */
const isExplained = ({ rule, after }: Finding, by: Finding): boolean => by.rule === after || (rules[by.rule].explains?.includes(rule) ?? false)
