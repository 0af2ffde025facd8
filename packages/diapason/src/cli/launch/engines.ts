import { Option } from 'commander'
import { OptionError } from '../../errors.ts'
import type { Launcher } from '../../launch/launcher.ts'
import { slurmLauncher } from '../../launch/slurm.ts'
import { sshLauncher } from '../../launch/ssh.ts'

/** An engine as the command line knows it. */
export interface Engine {
  readonly name: string
  readonly description: string
  /** Its workers find this folder and this program where they are here, on a disk that is shared. */
  readonly runsHere: boolean
  /** What it alone may be told. */
  readonly options: readonly Option[]
  open(flags: { readonly [flag: string]: unknown }): Launcher
}

const slurm: Engine = {
  name: 'slurm',
  description: 'a job array, one task a worker',
  runsHere: true,
  options: [
    new Option('--sbatch <option>', 'a further option of sbatch: partition=gpu, account=lab; once for each')
      .argParser((option: string, options: readonly string[]) => [...options, option.replace(/^--/, '')])
      .default([], 'none'),
  ],
  open: ({ sbatch }) => slurmLauncher({ sbatch: sbatch as readonly string[] }),
}

const ssh: Engine = {
  name: 'ssh',
  description: 'machines that one can log into without a password; workers are dealt out in turn',
  runsHere: true,
  options: [
    new Option('--hosts <list>', 'as ssh takes them: node1,me@node2').argParser((list: string) =>
      list.split(',').map((host) => host.trim()),
    ),
    new Option('--ssh <words>', 'how ssh is called').default('ssh'),
  ],
  open({ hosts, ssh: words }) {
    if (hosts === undefined) throw new OptionError('Nobody said which machines', 'Give --hosts node1,node2')
    return sshLauncher({ hosts: hosts as readonly string[], ssh: String(words).trim().split(/\s+/) })
  },
}

/** Every engine that workers can be started with. */
export const ENGINES: readonly Engine[] = [slurm, ssh]
