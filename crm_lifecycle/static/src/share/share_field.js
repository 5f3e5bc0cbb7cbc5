import {registry} from "@web/core/registry";
import {percentageField} from "@web/views/fields/percentage/percentage_field";
import {formatPercentage} from "@web/views/fields/formatters";

/**
 * Format a share of a group in per cent.
 *
 * Where too few are counted to tell, the server tells nothing, and the host's own formatter
 * would make 0 % of it.
 *
 * @param {Number|false|null} value
 * @param {Object} [options] as the host's formatter knows them
 * @returns {String} empty where nothing is known
 */
export function formatShare(value, options) {
    return Number.isFinite(value) ? formatPercentage(value, options) : "";
}
formatShare.extractOptions = formatPercentage.extractOptions;

registry.category("formatters").add("lifecycle_share", formatShare);
registry.category("fields").add("lifecycle_share", percentageField);
