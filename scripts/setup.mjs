import './lib/node-version.mjs'
import { main } from './lib/main.mjs'
import { followNpm, stopWithChildren } from './lib/run.mjs'
import { setUp } from './lib/setup.mjs'

followNpm()
stopWithChildren({ patienceMs: 5000 })
await main(() => setUp({ window: true }))
