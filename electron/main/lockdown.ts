import { app, type DownloadItem, type Event, type Session, session, type WebContents } from 'electron'
import { claimDialog } from './dialogs'
import { origin } from './protocol'

/** The only permission that pages get: copying a picture after a click. */
const allowedPermission = 'clipboard-sanitized-write'

/** Isolates the lab: no navigation, new windows, permissions, embedded pages or downloads from elsewhere. */
export function lockDown(isOwnPage: (url: string) => boolean): void {
  app.on('web-contents-created', (_, contents) => lockContents(contents, isOwnPage))
  const { defaultSession } = session
  lockSession(defaultSession)
  app.on('session-created', lockSession)
}

function lockContents(contents: WebContents, isOwnPage: (url: string) => boolean): void {
  const blockForeignPage = (event: { readonly url: string, preventDefault: () => void }): void => {
    if (!isOwnPage(event.url)) event.preventDefault()
  }
  contents.on('will-navigate', blockForeignPage)
  contents.on('will-redirect', blockForeignPage)
  contents.on('will-frame-navigate', blockForeignPage)
  contents.on('will-attach-webview', event => event.preventDefault())
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp') // WebRTC ignores the content security policy; with this policy it needs a proxy, and the lab configures none
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
}

function lockSession(each: Session): void {
  each.setPermissionRequestHandler((_, permission, answer) => answer(permission === allowedPermission))
  each.setPermissionCheckHandler((_, permission) => permission === allowedPermission)
  each.setDevicePermissionHandler(() => false)
  each.on('will-download', allowOneDownload)
}

/** Allows one download at a time, of a figure that the page itself made, after a click or a key press. */
function allowOneDownload(event: Event, item: Pick<DownloadItem, 'getURL' | 'getFilename' | 'hasUserGesture' | 'once' | 'setSaveDialogOptions'>): void {
  const close = item.getURL().startsWith(`blob:${origin}/`) && item.hasUserGesture() ? claimDialog() : null
  if (!close) return event.preventDefault()
  item.setSaveDialogOptions({ title: item.getFilename(), defaultPath: item.getFilename() }) // otherwise the dialog's title is the blob URL
  item.once('done', close)
}

/** Clears the browser's storage: the lab does not use it, and nothing in it should outlive a session. */
export async function clearBrowserStorage({ defaultSession } = session): Promise<void> {
  await defaultSession.clearStorageData({ storages: ['cookies', 'filesystem', 'indexdb', 'localstorage', 'serviceworkers', 'cachestorage'] })
}
