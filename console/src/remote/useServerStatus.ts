import { strongroom } from "../api/strongroom";
import type { GetServerStatusResponse } from "../api/strongroom-types";
import { useRemote, type Remote } from "./useRemote";

/** How the server is; asked anew when `at` changes. */
export function useServerStatus(at = 0): Remote<GetServerStatusResponse> {
  return useRemote(["server status", at], (connection, signal) => strongroom(connection, "GetServerStatus", {}, signal));
}
