import { describeScreens } from './screens'

describeScreens('ko', { overflowOnly: true })
