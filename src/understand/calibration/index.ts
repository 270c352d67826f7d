/** Limits out of the store's own history: proposed with their effect, accepted as versions. */

export {
  acceptCalibration,
  type CalibrationReport,
  type CalibrationRequest,
  type Drift,
  type ProposedLimit,
  proposeCalibration,
} from "./calibrate.js";
export {
  CALIBRATION_FILE,
  type CalibrationVersion,
  limitTexts,
  readVersions,
} from "./calibration-file.js";
export { type LimitInForce, limitsInForce } from "./in-force.js";
