import { type Command, Help, type Option } from 'commander';

/** What a shell can propose: read from the program itself. */
export interface Completed {
  readonly name: string;
  readonly commands: readonly CompletedCommand[];
}

interface CompletedCommand {
  readonly name: string;
  readonly description: string;
  /** What its first argument may be; empty where that cannot be listed. */
  readonly words: readonly string[];
  readonly options: readonly CompletedOption[];
}

interface CompletedOption {
  /** As typed: `--region`, `-h`. */
  readonly flags: readonly string[];
  readonly description: string;
  readonly takesValue: boolean;
  /** Empty where any value may stand. */
  readonly choices: readonly string[];
}

/** Reads a program and all its commands, as their help lists them. */
export function completedOf(program: Command): Completed {
  const help = new Help();
  const optionOf = ({ short, long, description, required, optional, argChoices = [] }: Option) => ({
    flags: [short, long].filter((flag) => flag !== undefined),
    description,
    takesValue: required || optional,
    choices: argChoices,
  });
  const commands = help.visibleCommands(program);
  const names = commands.map((command) => command.name());
  const commandOf = (command: Command) => ({
    name: command.name(),
    description: command.description(),
    words: command.name() === 'help' ? names : (command.registeredArguments[0]?.argChoices ?? []),
    options: help.visibleOptions(command).map(optionOf),
  });
  return { name: program.name(), commands: commands.map(commandOf) };
}

/** The shells that a script is written for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/**
 * The script that makes a shell complete the command line, for `killswitch …` and for `./killswitch …`. It holds all
 * words itself: it starts no program and asks no network.
 */
export const completionScript = (shell: Shell, program: Completed): string =>
  ({ bash, zsh, fish })[shell](program);

const single = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
const namesOf = ({ commands }: Completed) => commands.map(({ name }) => name);

function bash(program: Completed): string {
  const { name, commands } = program;
  const values = commands.flatMap((command) =>
    command.options
      .filter(({ takesValue }) => takesValue)
      .flatMap(({ flags, choices }) =>
        flags.map((flag) =>
          choices.length > 0
            ? `    ${single(`${command.name} ${flag}`)}) words=${single(choices.join(' '))} ;;`
            : `    ${single(`${command.name} ${flag}`)}) return ;;`,
        ),
      ),
  );
  const words = commands.map((command) => {
    const all = [...command.words, ...command.options.flatMap(({ flags }) => flags)];
    return `      ${command.name}) words=${single(all.join(' '))} ;;`;
  });
  return `# Completion of ${name} for bash: source this file.
_${name}() {
  local command='' word words='' at
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  COMPREPLY=()
  for (( at = 1; at < COMP_CWORD; at++ )); do
    case "\${COMP_WORDS[at]}" in
      ${namesOf(program).join('|')}) command="\${COMP_WORDS[at]}"; break ;;
    esac
  done
  case "$command $previous" in
${values.join('\n')}
  esac
  if [[ -z "$words" ]]; then
    case "$command" in
      '') words=${single(namesOf(program).join(' '))} ;;
${words.join('\n')}
    esac
  fi
  while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -W "$words" -- "$current")
}
complete -o default -F _${name} ${name} ./${name} ${name}.js
`;
}

function zsh(program: Completed): string {
  const { name, commands } = program;
  const text = (description: string) => description.replace(/[[\]:\\]/g, '\\$&');
  const option = ({ flags, description, takesValue, choices }: CompletedOption) => {
    const value = choices.length > 0 ? `:value:(${choices.join(' ')})` : ':value:_files';
    return flags.map((flag) => single(`*${flag}[${text(description)}]${takesValue ? value : ''}`));
  };
  const cases = commands.map((command) => {
    const first = command.words.length > 0 ? [single(`1:word:(${command.words.join(' ')})`)] : [];
    const specs = [...first, ...command.options.flatMap(option)];
    return `    ${command.name}) _arguments ${specs.map((spec) => `\\\n      ${spec}`).join(' ')} ;;`;
  });
  const described = commands.map(
    (command) => `    ${single(`${command.name}:${text(command.description)}`)}`,
  );
  return `#compdef ${name}
# Completion of ${name} for zsh: source this file after compinit.
_${name}() {
  local -a commands=(
${described.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  shift words
  (( CURRENT-- ))
  case $words[1] in
${cases.join('\n')}
  esac
}
compdef _${name} ${name} ./${name} ${name}.js
`;
}

function fish(program: Completed): string {
  const { name, commands } = program;
  const quote = (text: string) => `'${text.replace(/['\\]/g, '\\$&')}'`;
  const line = (condition: string, rest: string) => `    complete -c $program -n ${quote(condition)} ${rest}`;
  const option = (command: string, { flags, description, takesValue, choices }: CompletedOption) => {
    const typed = flags.map((flag) =>
      flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`,
    );
    const value = choices.length > 0 ? ` -x -a ${quote(choices.join(' '))}` : takesValue ? ' -r' : ' -f';
    return line(`__${name}_is ${command}`, `${typed.join(' ')}${value} -d ${quote(description)}`);
  };
  const lines = commands.flatMap((command) => [
    line(`__${name}_is none`, `-f -a ${command.name} -d ${quote(command.description)}`),
    ...(command.words.length > 0
      ? [line(`__${name}_is ${command.name}`, `-f -a ${quote(command.words.join(' '))}`)]
      : []),
    ...command.options.map((each) => option(command.name, each)),
  ]);
  return `# Completion of ${name} for fish: source this file, or save it in ~/.config/fish/completions/${name}.fish.
function __${name}_is
    set -l words (commandline -opc)
    set -e words[1]
    for word in $words
        if contains -- $word ${namesOf(program).join(' ')}
            test $word = $argv[1]
            return
        end
    end
    test $argv[1] = none
end
for program in ${name} ${name}.js
${lines.join('\n')}
end
`;
}
