export {
  type CommandChannel,
  type RunCommand,
  type SentCommand,
  startCommandChannel,
} from "./commands/command-channel.js";
export { findServer, type ServerProcess } from "./commands/running-server.js";
export { sendCommand } from "./commands/send-command.js";
export type { KeyKind } from "./keys/key-text.js";
export { type Key, type Keys, type NewKey, openKeys } from "./keys/keys.js";
export type { ProjectionState } from "./parts.js";
export type { PeopleActions } from "./people-routes.js";
export { type RunningServer, type ServerOptions, startServer } from "./start-server.js";
