// Every script imports this first, so that an old Node reports one sentence instead of a syntax error elsewhere.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19) || major === 21 || (major === 22 && minor < 12)) {
  console.error(`Backprop Lab needs Node 20.19, 22.12 or newer; this is ${process.version}. See https://nodejs.org`)
  process.exit(1)
}
