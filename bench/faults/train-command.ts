// The training as a command: node train-command.ts X. Half of them do not obey SIGTERM, and none minds that nobody hears it.
import { train } from './training.ts'

const x = Number(process.argv[2])
process.stdout.on('error', () => {})
await train(Number(process.env.DIAPASON_TRIAL), x, {
  isDeaf: Math.floor(x * 1000) % 2 === 0,
  async report(epoch, value) {
    console.log(`epoch ${epoch} loss=${value}`)
    return 'printed'
  },
})
