import { describeScreens } from './screens'

describeScreens('ko')
