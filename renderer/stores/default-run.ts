import { defaultConfig, type RunConfig } from '@core'

/** Whether a run has the settings of the book's network. */
export const isDefault = (config: RunConfig): boolean => (Object.keys({ ...defaultConfig, ...config }) as (keyof RunConfig)[])
  .every(name => JSON.stringify(config[name]) === JSON.stringify(defaultConfig[name]))
