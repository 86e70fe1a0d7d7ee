import type { Finding } from './finding'

/** Relative change of a finding's number that is worth reporting */
const worthReporting = 0.1
/** Steps after which a number is reported again although it has hardly changed. Earlier in a run it always is: few steps are observed then. */
const renewedAfter = 1000

/**
 * Decides whether a finding that still holds is shown with its latest numbers. It stays as it is until its number has changed
 * noticeably, other advice is given, or it was observed long ago, so that it can be read while training runs at full speed.
 * @returns the finding to show
 */
export function renewed(old: Finding | null, now: Finding): Finding {
  if (old?.severity !== now.severity || old.layer !== now.layer || old.after !== now.after || JSON.stringify(old.cure) !== JSON.stringify(now.cure)) return now
  if (now.at <= renewedAfter || now.at - old.at >= renewedAfter) return now
  return Math.abs(now.number - old.number) > worthReporting * Math.abs(old.number) ? now : old
}
