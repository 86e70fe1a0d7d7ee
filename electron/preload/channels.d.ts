/** A virtual module that channels.config.ts generates from the contract's tables. */
declare module 'virtual:channels' {
  /** Channels that the page may call; those for dropped files are not included */
  export const channels: readonly import('@contract').Channel[]
  export const drops: readonly import('@contract').DropChannel[]
  export const events: readonly import('@contract').EventName[]
}
