import './lib/node-version.mjs'
import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { say, seconds } from './lib/log.mjs'
import { main } from './lib/main.mjs'
import { at, readJson, root, SetupError } from './lib/project.mjs'
import { followNpm, stopWithChildren } from './lib/run.mjs'
import { setUp } from './lib/setup.mjs'

// Mutation testing: changes random places of the sources, one at a time, in copies, and shows which changes the unit tests notice.

/** @param {string} name @param {string} text */
function whole(name, text) {
  if (!/^\d{1,9}$/.test(text)) throw new SetupError(`--${name} wants a whole number, found "${text}".`)
  return Number(text)
}

/** Parses the command line. @param {string[]} args */
function optionsOf(args) {
  try {
    return parseArgs({ args, options: { rooms: { type: 'string' }, count: { type: 'string', default: '40' }, seed: { type: 'string', default: '1' }, jobs: { type: 'string' }, nearest: { type: 'string' }, list: { type: 'string' }, json: { type: 'string' }, dry: { type: 'boolean', default: false } } }).values
  }
  catch (error) {
    throw new SetupError(`${/** @type {Error} */ (error).message} The flags are: --rooms NAMES, --count N, --seed N, --jobs N, --nearest N, --list FILE, --json FILE, --dry.`)
  }
}

followNpm()
stopWithChildren({ patienceMs: 5000 })
await main(async () => {
  const start = performance.now()
  const options = optionsOf(process.argv.slice(2))
  const [count, seed, jobs] = [whole('count', options.count), whole('seed', options.seed), options.jobs === undefined ? availableParallelism() : whole('jobs', options.jobs)]
  await setUp({ window: false, build: false })
  const { draw, listed, defaultRooms } = await import('./lib/mutants/rooms.mjs')
  const { judgeAll } = await import('./lib/mutants/judge.mjs')
  const { line, summary } = await import('./lib/mutants/report.mjs')

  const rows = options.list === undefined ? null : readJson(resolve(options.list))
  if (options.list !== undefined && !Array.isArray(rows)) throw new SetupError(`${options.list} holds no list of { id, file, old, new }.`)
  const { mutants, stale } = rows
    ? listed(root, rows)
    : { mutants: (options.rooms?.split(',') ?? defaultRooms).flatMap(room => draw(root, room, { count, seed })), stale: [] }
  for (const { id, file, why } of stale) console.log(`stale      ${id ?? ''} ${file}: ${why}`)
  if (options.dry) {
    for (const mutant of mutants) console.log(line({ ...mutant, verdict: 'survived', by: null, ms: 0 }).replace('survived  ', 'drawn     '))
    return
  }
  const { judged, red } = await judgeAll(root, mutants, { jobs, ...options.nearest === undefined ? {} : { nearest: whole('nearest', options.nearest) }, equivalents: readJson(at('scripts', 'mutants-equivalent.json')), onVerdict: each => console.log(line(each)) })
  console.log(`\n${summary(judged)}`)
  if (judged.some(({ verdict }) => verdict === 'timed out')) console.log('A mutant whose tests never ended was noticed and counts as killed.')
  if (options.json !== undefined) writeFileSync(resolve(options.json), `${JSON.stringify({ seed, count, red, stale, judged }, null, 1)}\n`)
  say(`${judged.length} mutants took ${seconds(performance.now() - start)}`)
})
