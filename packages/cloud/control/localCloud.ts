/** Where `npm start` serves Google's API, on 127.0.0.1, unless told otherwise. */
export const LOCAL_API_PORT = 8123;

/** The path, below it, of the outputs of the stack that is deployed there. */
export const LOCAL_OUTPUTS_PATH = "/local/v1/outputs";

/** The path, below it, where the deployer puts the files of an image that it built. */
export const LOCAL_IMAGES_PATH = "/local/v1/images";

/** The path, below it, of what happens there, as server-sent events. */
export const LOCAL_EVENTS_PATH = "/local/v1/events";

/** The path, below it, of the alerts that are open. */
export const LOCAL_ALERTS_PATH = "/local/v1/alerts";

/** The path, below it, of the instances of its Cloud Run. */
export const LOCAL_INSTANCES_PATH = "/local/v1/instances";
