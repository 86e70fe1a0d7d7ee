/** @typedef {import('./judge.mjs').Judged} Judged */

/** @param {string} text */
const short = text => text.replace(/\s+/g, ' ').slice(0, 70) || '(removed)'

/** Formats one mutant as a line. @param {Judged} judged */
export function line({ id, room, file, line, old, new: replacement, verdict, by }) {
  const where = `${id === undefined ? '' : `${id} `}${file}:${line}`
  return `${verdict.padEnd(10)} ${room.padEnd(8)} ${where}  ${short(old)} → ${short(replacement === ';' ? '' : replacement)}${verdict === 'equivalent' ? `  (${by})` : ''}`
}

/** Share of killed mutants; equivalent mutants and type errors are not counted, a timeout counts as killed. @param {readonly Judged[]} judged */
export function share(judged) {
  const counts = { 'killed': 0, 'survived': 0, 'timed out': 0, 'no test': 0, 'no program': 0, 'equivalent': 0 }
  for (const { verdict } of judged) counts[verdict]++
  const possible = judged.length - counts.equivalent - counts['no program']
  return { ...counts, share: possible === 0 ? 1 : (counts.killed + counts['timed out']) / possible }
}

/** Formats the share of each room. @param {readonly Judged[]} judged */
export function summary(judged) {
  const rows = [...new Set(judged.map(({ room }) => room))].map((room) => {
    const { killed, survived, equivalent, share: part, 'timed out': timedOut, 'no test': none, 'no program': refused } = share(judged.filter(each => each.room === room))
    return [room, `${killed}`, `${timedOut}`, `${survived}`, `${none}`, `${refused}`, `${equivalent}`, `${(part * 100).toFixed(1)} %`]
  })
  const head = ['room', 'killed', 'timed out', 'survived', 'no test', 'no program', 'equivalent', 'noticed']
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map(row => (row[i] ?? '').length)))
  return [head, ...rows].map(row => row.map((cell, i) => i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)).join('  ').trimEnd()).join('\n')
}
