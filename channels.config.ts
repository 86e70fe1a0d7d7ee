import { resolve } from 'node:path'
import { type Plugin, runnerImport } from 'vite'
import { alias } from './alias.config.ts'

const contract = resolve(import.meta.dirname, 'electron/contract/index.ts')
const name = 'virtual:channels'

/**
 * `import { channels, drops, events } from 'virtual:channels'`: the names in the contract's tables, read while building.
 * The preload needs no more of the contract, and so its bundle holds no schemas and no texts.
 */
export function channelNames(): Plugin {
  return {
    name: 'channel-names',
    resolveId: id => id === name ? `\0${name}` : null,
    async load(id) {
      if (id !== `\0${name}`) return null
      const { module, dependencies } = await runnerImport<typeof import('./electron/contract/index.ts')>(contract, { configFile: false, logLevel: 'error', resolve: { alias } })
      for (const file of [contract, ...dependencies]) this.addWatchFile(file)
      const { channels, dropChannels, drops, eventNames } = module
      const values = {
        channels: channels.filter(channel => !(channel in drops)),
        drops: dropChannels,
        events: eventNames,
      }
      return Object.entries(values).map(([key, value]) => `export const ${key} = ${JSON.stringify(value)}\n`).join('')
    },
  }
}
