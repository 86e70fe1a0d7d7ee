import { app, type DownloadItem, type Event, type Session, session, type WebContents } from 'electron'
import { claimDialog } from './dialogs'
import { origin } from './protocol'

/** Copying a picture, when asked for by a click, is all that a page may do of what needs a permission. */
const allowed = 'clipboard-sanitized-write'

/** Nothing leads out of the lab: no navigation, windows, permissions, embedded pages or downloads of others' making. */
export function lockDown(isOurs: (url: string) => boolean): void {
  app.on('web-contents-created', (_, contents) => lockContents(contents, isOurs))
  const { defaultSession } = session
  lockSession(defaultSession)
  app.on('session-created', lockSession)
}

function lockContents(contents: WebContents, isOurs: (url: string) => boolean): void {
  const stay = (event: { readonly url: string, preventDefault: () => void }): void => {
    if (!isOurs(event.url)) event.preventDefault()
  }
  contents.on('will-navigate', stay)
  contents.on('will-redirect', stay)
  contents.on('will-frame-navigate', stay)
  contents.on('will-attach-webview', event => event.preventDefault())
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp') // no policy of the page's reaches calls to peers; and there is no proxy
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
}

function lockSession(each: Session): void {
  each.setPermissionRequestHandler((_, permission, answer) => answer(permission === allowed))
  each.setPermissionCheckHandler((_, permission) => permission === allowed)
  each.setDevicePermissionHandler(() => false)
  each.on('will-download', keepOne)
}

/** Figures are saved as downloads of what the page itself made, after a click or a key, one at a time. */
function keepOne(event: Event, item: Pick<DownloadItem, 'getURL' | 'getFilename' | 'hasUserGesture' | 'once' | 'setSaveDialogOptions'>): void {
  const close = item.getURL().startsWith(`blob:${origin}/`) && item.hasUserGesture() ? claimDialog() : null
  if (!close) return event.preventDefault()
  item.setSaveDialogOptions({ title: item.getFilename(), defaultPath: item.getFilename() }) // else its title is the blob's address
  item.once('done', close)
}

/** The window keeps nothing in a browser's stores: what stands there is nobody's, and does not outlive a session. */
export async function forgetPages({ defaultSession } = session): Promise<void> {
  await defaultSession.clearStorageData({ storages: ['cookies', 'filesystem', 'indexdb', 'localstorage', 'serviceworkers', 'cachestorage'] })
}
