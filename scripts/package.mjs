import './lib/node-version.mjs'
import { main } from './lib/main.mjs'
import { packLab } from './lib/package.mjs'
import { followNpm, stopWithChildren } from './lib/run.mjs'
import { setUp } from './lib/setup.mjs'

// npm run package [-- --test] [-- electron-builder's arguments, such as --linux dir]
const args = process.argv.slice(2)
followNpm()
stopWithChildren({ patienceMs: 5000 })
await main(async () => {
  await setUp({ window: true, virtual: false })
  await packLab({ test: args.includes('--test'), args: args.filter(arg => arg !== '--test') })
})
