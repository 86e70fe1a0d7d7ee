import { describeScreens } from './screens'

describeScreens('ja', { overflowOnly: true })
