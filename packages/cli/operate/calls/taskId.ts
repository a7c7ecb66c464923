/** All that Cloud Tasks takes as the id of a task. https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues.tasks */
export const TASK_ID = /^[A-Za-z0-9_-]{1,500}$/;
