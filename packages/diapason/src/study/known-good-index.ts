export { type KnownGood, knownGood, queueKnownGood } from './known-good.ts'
export {
  KNOWN_GOOD,
  type KnownConfiguration,
  type KnownNumber,
  NETWORK_KINDS,
  type NetworkKind,
} from './known-good-list.ts'
