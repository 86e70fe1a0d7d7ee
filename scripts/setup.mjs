import './lib/node-version.mjs'
import { main } from './lib/main.mjs'
import { stopWithChildren } from './lib/run.mjs'
import { setUp } from './lib/setup.mjs'

stopWithChildren({ patienceMs: 5000 })
await main(() => setUp({ window: true }))
