<?php
/**
 * Plugin Name: Winnow
 * Description: Lets the official Akismet plugin ask your own Winnow. The Akismet plugin itself stays as it is.
 * License: MIT
 *
 * Copyright Winnow contributors.
 *
 * Put this file into wp-content/mu-plugins/ and these two lines into wp-config.php, with your site's key and your server's address:
 *
 *     define( 'WPCOM_API_KEY', '0123456789ab' );
 *     define( 'WINNOW_URL', 'https://winnow.example.org' );
 */

defined( 'ABSPATH' ) || exit;

/** Seconds to wait for an answer. The Akismet plugin would wait for three times 15. */
const WINNOW_SECONDS = 5;

/**
 * Tells whether a request is meant for Akismet: by its address, or, when the plugin tries addresses by number, by its Host header.
 *
 * @param string $url     Address of the request.
 * @param mixed  $headers Headers of the request.
 */
function winnow_is_for_akismet( $url, $headers ) {
	$names = array( wp_parse_url( $url, PHP_URL_HOST ) );
	foreach ( is_array( $headers ) ? $headers : array() as $name => $value ) {
		if ( 'host' === strtolower( $name ) ) {
			$names[] = $value;
		}
	}
	foreach ( $names as $name ) {
		if ( is_string( $name ) && preg_match( '/^(?:[^.]+\.)?rest\.akismet\.com$/i', $name ) ) {
			return true;
		}
	}
	return false;
}

/**
 * Sends what is meant for Akismet to Winnow, and gives WordPress the answer in place of the request's own.
 *
 * @param mixed  $answer What another plugin answered already, or false.
 * @param array  $args   Arguments of the request.
 * @param string $url    Address of the request.
 */
function winnow_instead_of_akismet( $answer, $args, $url ) {
	if ( false !== $answer || ! defined( 'WINNOW_URL' ) || ! winnow_is_for_akismet( $url, $args['headers'] ) ) {
		return $answer;
	}
	if ( is_array( $args['headers'] ) ) {
		unset( $args['headers']['Host'], $args['headers']['host'] );
	}
	$args['timeout']     = WINNOW_SECONDS;
	$args['redirection'] = 0; // the request carries the key: it goes to this server and no other
	$path                = (string) wp_parse_url( $url, PHP_URL_PATH );
	$query               = (string) wp_parse_url( $url, PHP_URL_QUERY );
	$answer              = wp_remote_request( rtrim( WINNOW_URL, '/' ) . $path . ( '' === $query ? '' : '?' . $query ), $args );
	if ( '/comment-check' === substr( $path, -14 ) && ! winnow_is_verdict( $answer ) ) {
		return winnow_no_verdict();
	}
	return $answer;
}

/**
 * Tells whether an answer to comment-check is a verdict that was stored.
 *
 * @param array|WP_Error $answer The server's answer.
 */
function winnow_is_verdict( $answer ) {
	return 200 === wp_remote_retrieve_response_code( $answer )
		&& in_array( wp_remote_retrieve_body( $answer ), array( 'true', 'false' ), true )
		&& wp_remote_retrieve_header( $answer, 'x-akismet-guid' );
}

/**
 * Gives the answer that leaves a comment pending, to be checked again later. Its guid matters: without one the Akismet plugin
 * (5.3.7 and later) does not find the comment that the answer is about, and publishes it.
 */
function winnow_no_verdict() {
	return array(
		'headers'  => array( 'x-akismet-guid' => str_replace( '-', '', wp_generate_uuid4() ) ),
		'body'     => '',
		'response' => array(
			'code'    => 503,
			'message' => 'No verdict',
		),
		'cookies'  => array(),
		'filename' => null,
	);
}

add_filter( 'pre_http_request', 'winnow_instead_of_akismet', 10, 3 );
