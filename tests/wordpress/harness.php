<?php
/**
 * Loaded into the WordPress under test: visitors come from where a header says, nobody writes too fast, no mail is sent, and nothing
 * but this machine is reached.
 */

if ( isset( $_SERVER['HTTP_X_VISITOR'] ) ) {
	$_SERVER['REMOTE_ADDR'] = $_SERVER['HTTP_X_VISITOR'];
	unset( $_SERVER['HTTP_X_VISITOR'] );
}
add_filter( 'comment_flood_filter', '__return_false', 99 );
add_filter( 'wp_is_comment_flood', '__return_false', 99 );
add_filter( 'pre_wp_mail', '__return_true', 99 );
add_filter(
	'pre_http_request',
	function ( $answer, $args, $url ) {
		$here = '127.0.0.1' === wp_parse_url( $url, PHP_URL_HOST );
		return false !== $answer || $here ? $answer : new WP_Error( 'offline', 'There is no network in this test.' );
	},
	99,
	3
);
