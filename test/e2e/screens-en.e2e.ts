import { describeScreens } from './screens'

describeScreens('en')
