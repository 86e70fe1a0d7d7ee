/** Made by channels.config.ts from the contract's tables. */
declare module 'virtual:channels' {
  /** What the page may ask; without the channels for dropped files */
  export const channels: readonly import('@contract').Channel[]
  export const drops: readonly { readonly channel: import('@contract').DropChannel, readonly ending: string }[]
  export const events: readonly import('@contract').EventName[]
}
