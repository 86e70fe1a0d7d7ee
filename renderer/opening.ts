// Lets the window paint before the scripts block the main thread; the timeout is for hidden windows, which may never
// paint.
await Promise.race([
  new Promise<void>((painted) => { requestAnimationFrame(() => { setTimeout(painted) }) }),
  new Promise<void>((late) => { setTimeout(late, 300) }),
])
await import('./main')
export {}
