import { writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { bench } from './bench'
import { cases } from './cases'
import { tableOf } from './report'

// `npm run bench`: CONTRIBUTING.md lists the options.
const { values } = parseArgs({
  options: {
    'json': { type: 'string' }, 'cases': { type: 'string', default: cases.map(({ name }) => name).join(',') }, 'peer': { type: 'string', default: '' },
    'threads': { type: 'string', default: [...new Set([1, cpus().length])].join(',') }, 'quick': { type: 'boolean', default: false },
    'rounds': { type: 'string' }, 'seconds': { type: 'string' }, 'loops': { type: 'string' }, 'iterations': { type: 'string', default: '10000' },
    'no-kernels': { type: 'boolean', default: false }, 'profile': { type: 'boolean', default: false }, 'probes': { type: 'boolean', default: false }, 'past': { type: 'boolean', default: false }, 'openblas': { type: 'string' }, 'against': { type: 'string' },
    // passed by scripts/bench.mjs
    'electron': { type: 'string', default: '' }, 'mnist': { type: 'string', default: '' }, 'project': { type: 'string', default: '' },
  },
})
/** Minimum number of pairs for a claim such as "within 2 %" */
const minPairs = 30
const effort = {
  rounds: Number(values.rounds ?? (values.against ? minPairs : values.quick ? 5 : 15)), seconds: Number(values.seconds ?? (values.quick ? 0.1 : 0.25)),
  loops: Number(values.loops ?? (values.quick ? 1 : 3)), iterations: Number(values.iterations),
}
const report = await bench({
  places: { mnist: values.mnist, electron: values.electron, peers: join(values.project, 'test/bench/peers'), bundles: import.meta.dirname, openblas: values.openblas, against: values.against },
  cases: cases.filter(({ name }) => values.cases.split(',').includes(name)),
  wanted: name => values.peer.split(',').some(part => name.toLowerCase().includes(part.trim().toLowerCase())),
  threads: values.threads.split(',').map(Number),
  kernels: !values['no-kernels'] && !values.against,
  profile: values.profile, probes: values.probes, past: values.past,
  effort, load: loadavg()[0]!,
  say: text => void process.stderr.write(`${text}\n`),
})
if (!values.profile) process.stdout.write(tableOf(report))
if (values.json) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`)
