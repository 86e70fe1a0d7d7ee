import { describeScreens } from './screens'

describeScreens('ja')
